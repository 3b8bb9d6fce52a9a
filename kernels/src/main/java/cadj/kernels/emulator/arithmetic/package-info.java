/// The arithmetic of PTX instructions for one thread's values: a small pure function per operation
/// and type. Read `Singles` first.
///
/// Integers of 8 and 16 bits, and `f16` and `bf16`, are the low bits of an int whose other bits are
/// zero. Where PTX leaves a result open (the payload of a NaN, a division by zero), what hardware
/// does is followed if it is known. Knows nothing of registers, warps or instructions.
@NullMarked
package cadj.kernels.emulator.arithmetic;

import org.jspecify.annotations.NullMarked;
