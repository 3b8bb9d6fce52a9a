/// Finding and opening a model's weights, in whatever format and in however many files.
///
/// Read [WeightFiles] first, then [WeightFormat] and [ShardedCheckpoint]. May import the formats
/// (`safetensors`, `torch`) and all that they import; which tensor belongs to which parameter is
/// the models' business.
@NullMarked
package cadj.tensor.weights;

import org.jspecify.annotations.NullMarked;
