package cadj.cad.metrics.nudenet;

/// A part of a body in a picture.
///
/// @param score 0 to 1
/// @param left of its box, in the picture's pixels; the box may reach over the picture's edge
public record Detection(BodyPart part, float score, int left, int top, int width, int height) {}
