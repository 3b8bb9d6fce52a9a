/// Where in a picture each word of its prompt acts: cross-attention's probabilities, summed over
/// heads, layers and denoising steps; DAAM, Tang et al. 2022 (arXiv:2210.04885).
///
/// Read [HeatMaps] first (what is computed), then [WatchedDenoiser] (where the numbers come from)
/// and [Overlay] (how they are shown). Which tokens a word has is `models.prompt`'s; pictures are
/// drawn by `generate`, which knows nothing of this. Joint attention (Stable Diffusion 3) would be
/// one more form of probabilities in [WatchedDenoiser].
@NullMarked
package cadj.cad.heatmap;

import org.jspecify.annotations.NullMarked;
