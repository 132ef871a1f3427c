"""Calibration: prices measured on the user's devices, and plans chosen by the clock."""
