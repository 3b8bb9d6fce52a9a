package cadj.cad.generate;

import java.nio.file.Path;

/// A picture to draw, and where it goes.
///
/// @param index among the pictures of the call, counted from 0
public record PlannedPicture(PictureSettings settings, Path file, int index) {}
