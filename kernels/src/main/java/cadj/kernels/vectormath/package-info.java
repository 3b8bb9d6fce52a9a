/// Elementary functions on vectors of floats, with stated error bounds.
///
/// Functions take and return vectors of `FloatVector.SPECIES_PREFERRED`, of whatever lane count,
/// and treat each lane alone: a value does not depend on its position. Bounds are relative to the
/// exact result and are tested over dense samples. NaN gives NaN. Coefficients are minimax fits
/// (Lawson's algorithm) rounded to float one after the other, the rest refitted each time.
///
/// A vector costs nothing only while the compiler sees all that happens to it in one body; passed
/// to a method that it does not inline, it goes to the heap, and what was a few cycles takes a
/// hundred. Left to itself, the compiler inlines what is short (325 bytecodes), is called before
/// some 18,000 nodes have piled up (about forty operations), and has not been compiled by itself
/// before, which is a matter of luck. Therefore:
///
/// - what takes or returns vectors stands here, and the launcher has it inlined always
///   (`-XX:CompileCommand=inline,cadj.kernels.vectormath.*::*`);
/// - loops over rows stand in classes named `…Loops`, whose methods take arrays or [Rows] and no
///   vectors, and are never inlined into one another (`dontinline,*Loops::*`);
/// - a loop calls few of these functions, and calls them first.
///
/// The compiler inlines the Vector API's own methods if it knows the vector's class, and else by
/// what class its type profiles have seen. So:
///
/// - vectors are of the preferred size, all of them: a second class in the profiles of shared
///   methods, such as `FloatVector.intoArray`, spoils them everywhere ([Doubles]);
/// - loop-carried vectors are cast to that class ([Carried]). Tiles of products are a quarter
///   quicker without, and are compiled late enough to have a profile;
/// - masks are made where they are used ([Rows]): of a field's the class is not known;
/// - what is summed by lanes is put into an array and added across by scalar code ([SumLoops]).
///
/// `dontinline` is given after `inline`, since the last match counts. Without the launcher's
/// options all this is right, and now and then two to ten times slower.
///
/// `math.ptx` ([PtxMath]) has the same functions for GPUs, with the same bounds.
///
/// Read [Exp] first; the others build on its tricks. Of cadj, only [PtxMath] and [Rows] import
/// anything, and that is `cadj.kernels.device`. Loops over buffers belong to the kernels' rooms.
@NullMarked
package cadj.kernels.vectormath;

import org.jspecify.annotations.NullMarked;
