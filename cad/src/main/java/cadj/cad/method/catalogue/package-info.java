/// All edit methods by name. Apart from [cadj.cad.method], so that methods in rooms of their own
/// see that one and this sees them.
@NullMarked
package cadj.cad.method.catalogue;

import org.jspecify.annotations.NullMarked;
