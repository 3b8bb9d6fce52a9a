/// Do attributions point at the same weights? Top sets and ranks of several, layer by layer and of
/// the whole model, and what unites or sets them apart as new attributions.
///
/// Read [Overlap] first, then [TopBound] (which weights are on top) and [Combination] (scores of
/// several made one). What a score is, is `attribution`'s, how correlations are counted,
/// `statistics`'. Scores are read from their files one parameter at a time.
@NullMarked
package cadj.cad.overlap;

import org.jspecify.annotations.NullMarked;
