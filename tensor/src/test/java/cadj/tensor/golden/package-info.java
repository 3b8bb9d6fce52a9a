/// Recorded numbers of the reference implementations, for the tests of every module.
///
/// Read [Golden] first: it finds files and compares tensors. [GoldenTest] marks a class of such
/// tests. Test code only; each module keeps its data under `src/test/resources/golden`.
@NullMarked
package cadj.tensor.golden;

import org.jspecify.annotations.NullMarked;
