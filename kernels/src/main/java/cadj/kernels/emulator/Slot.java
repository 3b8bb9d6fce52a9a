package cadj.kernels.emulator;

/// Where a register lies in a [Warp]: the `index`th of its kind's carrier.
record Slot(Kind kind, int index) {}
