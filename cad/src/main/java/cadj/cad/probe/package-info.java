/// Recovery probes: is an erased concept gone from a model, or only its name? Each helps the edited
/// model along, with noised pictures, with half a picture, with an embedding that no prompt has,
/// and a judge counts in how many pictures the concept is back.
///
/// Read [Probe] first. The same probes of the unedited model are what figures are to be compared
/// with: pictures with little noise show the concept whatever the model knows.
@NullMarked
package cadj.cad.probe;

import org.jspecify.annotations.NullMarked;
