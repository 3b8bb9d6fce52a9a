/// Selective synaptic dampening: weights that matter to a concept far more than to the rest are
/// made smaller, without training; Foster et al. 2024 (arXiv:2308.07707).
///
/// Read [Dampening] (the rule), then [SelectiveSynapticDampening] (the method).
@NullMarked
package cadj.cad.method.ssd;

import org.jspecify.annotations.NullMarked;
