/// Figures about pictures and sets of them that papers report: FID, KID, CLIP score.
///
/// Read [Features] and [Fid] first. What a judge sees in single pictures is `judge`'s, how far to
/// trust a figure `statistics`'. Each says which published number it should equal.
@NullMarked
package cadj.cad.metrics;

import org.jspecify.annotations.NullMarked;
