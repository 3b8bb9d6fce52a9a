/// The scores of an attribution by hidden neuron, attention head, convolution filter, layer or time
/// step; and what the pictures are like without one of these.
///
/// Read [Breakdown] first. Which weights make a unit is said in `cadj.cad.edit`
/// ([cadj.cad.edit.Units]).
@NullMarked
package cadj.cad.unit;

import org.jspecify.annotations.NullMarked;
