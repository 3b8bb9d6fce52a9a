/// SalUn: unlearning by training only the weights that are salient for what is to be forgotten; Fan
/// et al. 2024 (arXiv:2310.12508).
///
/// Read [SaliencyMask] (which weights), then [SalUnObjective] (what is minimised), then [SalUn]
/// (the method). May import `training`.
@NullMarked
package cadj.cad.method.salun;

import org.jspecify.annotations.NullMarked;
