/// Stable Diffusion in one file, as CompVis and Stability published it: the original layout, told
/// and read part by part under diffusers' names, and written.
///
/// Read [Family] first (which models these are, and how they are told), then [KeyMap] and the rules
/// it is made of ([UNetKeys], [SD3Keys], [VaeKeys], [ClipKeys], [OpenClipKeys], [T5Keys]), then the
/// two views, [OriginalPart] (a file as a folder's weights) and [OriginalWeights] (a folder's
/// weights as a file's), and [PublishedConfig] (what such a file does not say). May import
/// `cadj.tensor`; that a file is a model is for `cadj.models.files` to say.
@NullMarked
package cadj.models.original;

import org.jspecify.annotations.NullMarked;
