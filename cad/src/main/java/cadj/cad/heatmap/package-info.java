/// Where in a picture each word of its prompt acts: the probabilities of the attentions to the text
/// (cross-attention, or Stable Diffusion 3's joint attention), summed over heads, layers and
/// denoising steps; DAAM, Tang et al. 2022 (arXiv:2210.04885).
///
/// Read [HeatMaps] first (what is computed), then [WatchedDenoiser] (where the numbers come from)
/// and [Overlay] (how they are shown). Which tokens a word has is `models.prompt`'s; pictures are
/// drawn by `generate`, which knows nothing of this.
@NullMarked
package cadj.cad.heatmap;

import org.jspecify.annotations.NullMarked;
