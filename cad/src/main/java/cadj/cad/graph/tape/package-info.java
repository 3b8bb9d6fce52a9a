/// Recorded operations as a graph, drawn as SVG: what `cadj graph --tape` shows.
///
/// Read [TapeGraph] first: it is told by a [cadj.autograd.graph.TapeListener] what ran. [Collapsed]
/// makes one node of a module's, [LayeredLayout] places them, [TapeSvg] draws. [TapeRuns] has what
/// can be drawn.
@NullMarked
package cadj.cad.graph.tape;

import org.jspecify.annotations.NullMarked;
