# Scotch 7 (CeCILL-C) and METIS 5 (Apache-2.0): libraries for graph partitioning
# that two baselines call. Neither is needed; without it its baseline says so.
# Only builds with 32-bit numbers will do, Debian's libscotch-dev and
# libmetis-dev among them.
#
#   PLACEMENT_ENABLE_SCOTCH, PLACEMENT_ENABLE_METIS: AUTO, ON or OFF

find_path(PLACEMENT_SCOTCH_INCLUDE_DIR scotch.h PATH_SUFFIXES scotch)
find_library(PLACEMENT_SCOTCH_LIBRARY scotch)
find_library(PLACEMENT_SCOTCHERR_LIBRARY scotcherr)
find_path(PLACEMENT_METIS_INCLUDE_DIR metis.h)
find_library(PLACEMENT_METIS_LIBRARY metis)
mark_as_advanced(PLACEMENT_SCOTCH_INCLUDE_DIR PLACEMENT_SCOTCH_LIBRARY
  PLACEMENT_SCOTCHERR_LIBRARY PLACEMENT_METIS_INCLUDE_DIR
  PLACEMENT_METIS_LIBRARY)

# Links a library where it is wanted and there. `rule` is a line of its header.
function(_placement_use target name package header rule)
  if(PLACEMENT_ENABLE_${name} STREQUAL "OFF" OR NOT PLACEMENT_ENABLE_${name})
    return()
  endif()
  set(_found ON)
  foreach(_path ${PLACEMENT_${name}_INCLUDE_DIR} ${ARGN})
    if(NOT _path)
      set(_found OFF)
    endif()
  endforeach()
  if(_found)
    file(STRINGS ${PLACEMENT_${name}_INCLUDE_DIR}/${header} _lines
      REGEX "${rule}")
    if(NOT _lines)
      set(_found OFF)
    endif()
  endif()
  if(_found)
    target_include_directories(${target} SYSTEM PRIVATE
      ${PLACEMENT_${name}_INCLUDE_DIR})
    target_link_libraries(${target} PRIVATE ${ARGN})
    target_compile_definitions(${target} PRIVATE PLACEMENT_HAS_${name})
    message(STATUS "Baseline by ${package}: yes")
  elseif(PLACEMENT_ENABLE_${name} STREQUAL "ON")
    message(FATAL_ERROR "PLACEMENT_ENABLE_${name} is ON, but ${package} with "
      "32-bit numbers is not found")
  else()
    message(STATUS "Baseline by ${package}: no, ${package} is not found")
  endif()
endfunction()

function(placement_use_partitioners target)
  _placement_use(${target} SCOTCH libscotch-dev scotch.h
    "^typedef int(32_t)? SCOTCH_Num;" ${PLACEMENT_SCOTCH_LIBRARY}
    ${PLACEMENT_SCOTCHERR_LIBRARY})
  _placement_use(${target} METIS libmetis-dev metis.h
    "^#define IDXTYPEWIDTH 32" ${PLACEMENT_METIS_LIBRARY})
endfunction()
