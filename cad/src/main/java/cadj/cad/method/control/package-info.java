/// Controls: edits of as many weights, at the same sites and with the same budget for each row as
/// CAD's, that know less of the concept or nothing. What a method does beyond them, it has from its
/// attribution.
///
/// Read [HighestPerRow] first.
@NullMarked
package cadj.cad.method.control;

import org.jspecify.annotations.NullMarked;
