/// Ways to edit a model so that a concept goes or comes: ours and those of other papers, side by
/// side on one engine.
///
/// Read [EditMethod] first; `method.catalogue` lists all. A method with more than one file has a
/// room of its own.
@NullMarked
package cadj.cad.method;

import org.jspecify.annotations.NullMarked;
