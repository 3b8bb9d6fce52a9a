package cadj.kernels.ptx;

import java.util.List;
import java.util.Map;

/// One `.entry` function.
///
/// @param parameters in order; a variable's [PtxVariable#offset] is where it lies in the argument
///   block
/// @param registers type of every declared register, by name with its `%`; one declared in an inner
///   scope or an expanded function, or that stands for `_`, has an `@` in its name
/// @param variables `.shared` and `.local` ones of the kernel's own; offsets count within each
///   space, after those of module scope
/// @param body the instructions in order, `.func` calls expanded
/// @param labels index into `body` of the instruction that each label stands before; may be
///   `body.size()`
/// @param maxThreads of a block, from `.maxntid` or `.reqntid`, or 0 if not stated
/// @param line of its name
public record PtxKernel(
    String name,
    List<PtxVariable> parameters,
    Map<String, PtxType> registers,
    List<PtxVariable> variables,
    List<Instruction> body,
    Map<String, Integer> labels,
    int maxThreads,
    int line) {}
