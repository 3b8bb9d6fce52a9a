/// Choosing the strength of an edit by what is seen in pictures.
///
/// Read [SmallestEdit] first.
@NullMarked
package cadj.cad.method.smallest;

import org.jspecify.annotations.NullMarked;
