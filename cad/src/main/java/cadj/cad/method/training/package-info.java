/// Gradient descent on a denoiser's weights, for the methods that edit by it, and pictures to do it
/// on.
///
/// Read [Training], then [DrawnPictures]. What is minimised is in each method's own room.
@NullMarked
package cadj.cad.method.training;

import org.jspecify.annotations.NullMarked;
