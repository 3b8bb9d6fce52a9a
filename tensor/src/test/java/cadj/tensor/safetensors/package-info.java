/// Tests of the safetensors room. Read [SafetensorsHeaderTest] first: one test per rule.
@NullMarked
package cadj.tensor.safetensors;

import org.jspecify.annotations.NullMarked;
