/// Where in the network an attribution's scores lie, for web pages and terminals.
///
/// Read [HeatMap] first. What is shown comes from `cadj.cad.attribution`.
@NullMarked
package cadj.cad.chart;

import org.jspecify.annotations.NullMarked;
