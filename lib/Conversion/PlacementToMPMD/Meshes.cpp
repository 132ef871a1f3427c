//===- Meshes.cpp - Devices of a plan as meshes of Shardy -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Meshes.h"

#include "placement/Dialect/PlacementOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace placement::mpmd {

//===----------------------------------------------------------------------===//
// Shapes that a user gave
//===----------------------------------------------------------------------===//

/// Reads `axis=size[/axis=size...]`; what is wrong with it otherwise.
static std::string parseAxes(StringRef text, SmallVectorImpl<Axis> &axes) {
  SmallVector<StringRef> parts;
  text.split(parts, '/');
  for (StringRef part : parts) {
    auto [name, size] = part.split('=');
    Axis axis{name.str()};
    bool isName =
        !name.empty() && !llvm::isDigit(name.front()) &&
        llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (!isName)
      return "'" + name.str() + "' is no name of an axis";
    if (size.getAsInteger(10, axis.size) || axis.size < 1)
      return "axis '" + name.str() + "' needs a positive size";
    if (llvm::any_of(axes,
                     [&](const Axis &other) { return other.name == name; }))
      return "axis '" + name.str() + "' comes twice";
    axes.push_back(axis);
  }
  return "";
}

FailureOr<MeshShapes> MeshShapes::parse(ModuleOp module,
                                        ArrayRef<std::string> entries) {
  MeshShapes shapes;
  bool hasDefault = false;
  for (StringRef entry : entries) {
    auto fail = [&](const Twine &reason) {
      return module.emitError()
             << "mesh-shape '" << entry << "': " << reason
             << "; write [kind:]axis=size[/axis=size...], as in acc:x=2/y=4";
    };
    size_t colon = entry.rfind(':');
    bool hasKind = colon != StringRef::npos;
    SmallVector<Axis> axes;
    if (std::string reason =
            parseAxes(hasKind ? entry.drop_front(colon + 1) : entry, axes);
        !reason.empty())
      return fail(reason);
    if (hasKind) {
      StringRef kind = entry.take_front(colon);
      for (const auto &[other, unused] : shapes.axesOf)
        if (other == kind)
          return fail("kind '" + kind + "' has a shape already");
      shapes.axesOf.emplace_back(kind.str(), axes);
    } else if (std::exchange(hasDefault, true)) {
      return fail("there is a shape for all other kinds already");
    } else {
      shapes.defaultAxes = axes;
    }
  }
  return shapes;
}

ArrayRef<Axis> MeshShapes::lookup(StringRef kind) const {
  for (const auto &[name, axes] : axesOf)
    if (name == kind)
      return axes;
  return defaultAxes;
}

LogicalResult MeshShapes::verifyKinds(StageProgram &program) const {
  auto module = program.driver->getParentOfType<ModuleOp>();
  SmallVector<StringRef> kinds;
  if (auto machine =
          module.lookupSymbol<MachineOp>(program.machine.getValue())) {
    for (DeviceKindOp kind : machine.getKinds())
      kinds.push_back(kind.getKind());
  } else {
    for (const StageProgram::Stage &stage : program.stages)
      if (!llvm::is_contained(kinds, stage.device.getKind().getValue()))
        kinds.push_back(stage.device.getKind().getValue());
  }
  for (const auto &[kind, axes] : axesOf)
    if (!llvm::is_contained(kinds, kind))
      return module.emitError()
             << "mesh-shape names the kind '" << kind << "', but the kinds of @"
             << program.machine.getValue() << " are "
             << llvm::join(kinds, ", ");
  return success();
}

//===----------------------------------------------------------------------===//
// Meshes
//===----------------------------------------------------------------------===//

/// A name for a device. A kind that ends in a digit gets a separator, so that
/// "acc1" 0 and "acc" 10 differ.
static std::string getMeshName(DeviceAttr device) {
  std::string name = device.getKind().str();
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  if (llvm::isDigit(name.back()))
    name += '_';
  return name + std::to_string(device.getIndex());
}

static std::string printShape(ArrayRef<Axis> axes) {
  std::string text = "<[";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(axes, os, [&](const Axis &axis) {
    os << '"' << axis.name << "\"=" << axis.size;
  });
  os << "]>";
  return text;
}

static Attribute getOpaque(MLIRContext *context, StringRef dialect,
                           StringRef text) {
  return OpaqueAttr::get(StringAttr::get(context, dialect), text,
                         NoneType::get(context));
}

Meshes::Meshes(const StageProgram &program, const MeshShapes &shapes)
    : context(func::FuncOp(program.driver).getContext()) {
  llvm::StringSet<> names;
  for (const StageProgram::Stage &stage : program.stages) {
    if (!numberOf.try_emplace(stage.device, meshes.size()).second)
      continue;
    Mesh &mesh = meshes.emplace_back();
    mesh.device = stage.device;
    mesh.name = getMeshName(stage.device);
    while (!names.insert(mesh.name).second)
      mesh.name += '_';
    mesh.axes = SmallVector<Axis>(shapes.lookup(stage.device.getKind()));
    mesh.shape = printShape(mesh.axes);
  }
}

Attribute Meshes::getShape(unsigned mesh) const {
  return getOpaque(context, "sdy", "mesh" + meshes[mesh].shape);
}

Attribute Meshes::getTopology() const {
  std::string text = "topology<";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(meshes, os, [&](const Mesh &mesh) {
    os << "<\"" << mesh.name << "\" : " << mesh.shape << ">";
  });
  os << ">";
  return getOpaque(context, "mpmd", text);
}

/// `<@mesh, [{"x"}, {}]>` of a `#sdy.sharding<@mesh, [{"x"}, {}]>`.
static std::string printSharding(Attribute sharding) {
  std::string text;
  llvm::raw_string_ostream(text) << sharding;
  StringRef body = text;
  body.consume_front("#sdy.sharding");
  return body.str();
}

Type Meshes::getType(Type tensor, unsigned mesh, Attribute sharding) {
  Type &type = types[{tensor, mesh, sharding}];
  if (type)
    return type;
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "mesh_tensor<\"" << meshes[mesh].name << "\", " << tensor;
  if (sharding)
    os << ", sharding=" << printSharding(sharding);
  os << ">";
  return type = OpaqueType::get(StringAttr::get(context, "mpmd"), text);
}

std::string Meshes::getUnknownAxis(unsigned mesh, Attribute sharding) const {
  if (!sharding)
    return "";
  // Behind the mesh, axes are all that is in quotes:
  // `<@mesh, [{"x"}, {"y":(1)2, ?}], replicated={"z"}>`.
  std::string text = printSharding(sharding);
  SmallVector<StringRef> parts;
  StringRef(text)
      .drop_front(std::min(text.find(", ["), text.size()))
      .split(parts, '"');
  for (size_t part = 1; part < parts.size(); part += 2)
    if (llvm::none_of(meshes[mesh].axes, [&](const Axis &axis) {
          return axis.name == parts[part];
        }))
      return parts[part].str();
  return "";
}

} // namespace placement::mpmd
