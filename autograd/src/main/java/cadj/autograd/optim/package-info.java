/// The steps of training: parameters updated in place from their gradients.
///
/// Read [Sgd], then [AdamW]; [Adam] takes gradients one by one. May import `cadj.autograd.graph`,
/// `cadj.tensor` and `cadj.kernels`. Schedules of learning rates belong to whoever trains: each
/// step is told its rates.
@NullMarked
package cadj.autograd.optim;

import org.jspecify.annotations.NullMarked;
