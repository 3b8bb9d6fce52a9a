/// Parser of PTX, NVIDIA's assembly language: from text to a [PtxModule]. Every error names file,
/// line and what was expected there.
///
/// Read [PtxModule] first, then [Instruction]; [PtxParser] makes them, function by function
/// ([SignatureParser], [BodyParser]), line by line ([InstructionParser], [CallParser],
/// [ConstantExpression]), and expands calls ([CallExpander]); [SourceLines] collects what the PTX
/// was compiled from. Knows nothing of how instructions run (see `cadj.kernels.emulator`); imports
/// nothing of cadj but [cadj.kernels.device.PtxSource].
@NullMarked
package cadj.kernels.ptx;

import org.jspecify.annotations.NullMarked;
