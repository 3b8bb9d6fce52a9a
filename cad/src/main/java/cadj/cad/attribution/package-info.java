/// Scores: what each weight does for a concept.
///
/// Data flow one way, and each step is a file:
///
/// ```
/// Points → Objective → Estimator → TrajectorySums → MergedTrajectories → scores
/// ```
///
/// Read [Point] and [Points] (where an objective is evaluated), [EraseObjective] (what is evaluated
/// there), [FirstOrder] and [MeanPoint] (what is made of its derivatives), then [Attribution],
/// which runs them, and [Prediction], what scores say of a set of weights. [AttributionSettings] is
/// what a user asks for. One more source of points, objective or estimator is a file here; an
/// estimator also has a line in [Estimators]. Zeroing weights by their scores belongs to
/// `cadj.cad.edit`.
@NullMarked
package cadj.cad.attribution;

import org.jspecify.annotations.NullMarked;
