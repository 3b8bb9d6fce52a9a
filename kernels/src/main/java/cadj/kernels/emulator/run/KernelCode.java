package cadj.kernels.emulator.run;

/// A kernel's instructions as bytecode: its subclasses are [GeneratedCode].
public abstract class KernelCode {
  /// Runs basic block `block`, without its ending, for the lanes of `mask`.
  abstract void run(Warp warp, int block, int mask);
}
