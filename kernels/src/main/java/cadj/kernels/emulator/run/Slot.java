package cadj.kernels.emulator.run;

/// Where a register lies in a [Warp]: the `index`th of its kind's carrier.
public record Slot(RegisterKind kind, int index) {}
