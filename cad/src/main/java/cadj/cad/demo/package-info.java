/// The demonstration: concepts disappear from, and come to, what the embedded model draws, and a
/// page shows it.
///
/// Read [Demo] first. Uses the library as a stranger would.
@NullMarked
package cadj.cad.demo;

import org.jspecify.annotations.NullMarked;
