package cadj.cad.attribution;

import cadj.tensor.Tensor;
import java.util.SequencedMap;

/// What one trajectory alone says, scaled so that the mean over all trajectories is what they say
/// together.
///
/// @param scores by parameter
/// @param offset as [AttributionResult#offset]
public record TrajectoryScores(SequencedMap<String, Tensor> scores, double offset) {}
