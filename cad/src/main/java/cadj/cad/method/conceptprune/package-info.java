/// ConceptPrune, as its authors published it: read [ConceptPrune] first.
@NullMarked
package cadj.cad.method.conceptprune;

import org.jspecify.annotations.NullMarked;
