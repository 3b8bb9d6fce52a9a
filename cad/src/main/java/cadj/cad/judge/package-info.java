/// What is seen in pictures.
///
/// Read [Judge] first; [Judges] opens them from files. Judges are networks of `models`; what is
/// made of their answers is elsewhere.
@NullMarked
package cadj.cad.judge;

import org.jspecify.annotations.NullMarked;
