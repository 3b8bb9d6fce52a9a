package cadj.cad.demo;

import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.ObjectiveKind;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that was done with one concept.
///
/// @param attribution of the first seed
/// @param measurements by ratio, then seed
/// @param shown the ratio at which the sheet was drawn, with the first seed's scores
/// @param sheet every caption, drawn with the edited model
/// @param chosen the default edit of the same concept; null where it is amplified
record Study(
    Concept concept,
    ObjectiveKind objective,
    AttributionResult attribution,
    List<Measurement> measurements,
    double shown,
    BufferedImage sheet,
    @Nullable ChosenEdit chosen) {}
