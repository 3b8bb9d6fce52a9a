package cadj.kernels.emulator;

/// A kernel's instructions as bytecode, made by [KernelCompiler].
abstract class KernelCode {
  /// Runs what block `block` holds, its ending aside, for the lanes of `mask`.
  abstract void run(Warp warp, int block, int mask);
}
