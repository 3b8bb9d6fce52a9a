/// Causal tracing: which modules of a denoiser, at which steps, carry a concept from the text into
/// the picture, as the work that CAD argues with finds it.
///
/// - *Restore*: activations of a clean run are put into a run whose text is corrupted (Meng et al.
///   2022, arXiv:2202.05262; of diffusion models Basu et al. 2023, arXiv:2310.13730). What comes
///   back of the concept is the module's effect.
/// - *Swap*: some consecutive cross-attention layers get another prompt (Basu et al. 2024,
///   arXiv:2405.01008). What goes of the concept is the layers' effect.
///
/// Read [Trace] first, then [TraceRow]. What is computed here knows activations by key
/// ([cadj.autograd.graph.Activations]) and no architecture. May import attributions, judges and
/// metrics, statistics, pictures and charts; nothing of the command line.
@NullMarked
package cadj.cad.trace;

import org.jspecify.annotations.NullMarked;
