/// Pictures as networks that judge them want them: to the published sizes by the published rules,
/// exactly as Pillow computes them.
///
/// Read [Preprocessing] first, then [ResizeCrop] with its presets and [PillowResize]. Networks
/// trained on pictures that were made smaller in one way see other pictures when it is done in
/// another: figures are comparable only if every rounding is the same. Knows no network.
@NullMarked
package cadj.models.preprocess;

import org.jspecify.annotations.NullMarked;
