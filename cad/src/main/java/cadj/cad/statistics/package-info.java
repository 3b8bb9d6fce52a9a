/// How far to trust a figure: correlations, intervals, differences between two sets of runs.
///
/// Plain functions of `double[]`; pictures, models and files are elsewhere. Read [Interval] and
/// [Bootstrap] first: a statistic is a function of the numbers of the drawn items, so that the same
/// bootstrap serves means, correlations and slopes. Distributions come from Apache Commons
/// Statistics. Everything random follows from a seed alone.
@NullMarked
package cadj.cad.statistics;

import org.jspecify.annotations.NullMarked;
