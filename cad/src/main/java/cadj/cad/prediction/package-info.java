/// Does an attribution predict? Sets of weights are knocked out, and what that truly does to the
/// objective, to pictures, is compared with what estimators said beforehand.
///
/// Read [PredictionProtocol] first; then [FixedPoints] (where J is measured), [WeightSets] (what is
/// knocked out), [Truth] (what is compared with) and [PairSketch], the one predictor that needs to
/// know the sets. Statistics are those of `cadj.cad.statistics`, estimators those of
/// `cadj.cad.attribution`.
@NullMarked
package cadj.cad.prediction;

import org.jspecify.annotations.NullMarked;
