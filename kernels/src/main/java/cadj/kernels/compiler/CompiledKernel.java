package cadj.kernels.compiler;

/// Registers and memory that a compiled kernel needs.
///
/// @param registers of a thread
/// @param stackBytes of a thread, in local memory
/// @param spilledBytes written to and read from local memory because registers ran out
/// @param sharedBytes of a block, as far as known before the launch
public record CompiledKernel(int registers, int stackBytes, int spilledBytes, int sharedBytes) {}
