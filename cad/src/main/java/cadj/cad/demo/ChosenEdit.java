package cadj.cad.demo;

import java.awt.image.BufferedImage;

/// An edit that chooses what it changes against what is to stay, beside the ones by score.
///
/// @param method as `cadj edit --method` names it
/// @param measurement its effect; the ratio is the share of all that it may change
/// @param sheet every caption, drawn with the edited model
record ChosenEdit(String method, Measurement measurement, BufferedImage sheet) {}
