/// Elementary functions on vectors of floats, with stated error bounds.
///
/// Every function takes and returns vectors of `FloatVector.SPECIES_PREFERRED`, of whatever lane
/// count, and treats each lane alone: a value does not depend on its position. Bounds are relative
/// to the exact result and are tested over dense samples. NaN gives NaN. Coefficients are minimax
/// fits (Lawson's algorithm) rounded to float one after the other, the rest refitted each time.
///
/// A vector costs nothing only while the compiler sees all that happens to it in one body; passed
/// to a method that it does not inline, it goes to the heap. The Vector API's own methods are
/// always inlined, others only if they are short (325 bytecodes) and called before some 18,000
/// nodes have piled up, about forty operations. So a loop calls few of these functions, and calls
/// them first.
///
/// A loop that is short enough to be inlined itself meets the same end, in its caller. Therefore
/// loops over rows stand in classes named `…Loops`, whose methods take arrays or [Rows] and no
/// vectors (what does, belongs in a class of another name), and the launcher tells the compiler not
/// to inline these (`-XX:CompileCommand=dontinline,*Loops::*`, and for [Sum] and [Rows]). Without
/// it they are right, and now and then two to ten times slower.
///
/// `math.ptx` ([PtxMath]) has the same functions for GPUs, with the same bounds.
///
/// Read [Exp] first; the others build on its tricks. Of cadj, only [PtxMath] and [Rows] import
/// anything, and that is `cadj.kernels.device`. Loops over buffers belong to the kernels' rooms.
@NullMarked
package cadj.kernels.vectormath;

import org.jspecify.annotations.NullMarked;
