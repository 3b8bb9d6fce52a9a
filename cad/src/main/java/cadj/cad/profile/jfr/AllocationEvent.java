package cadj.cad.profile.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// Memory of a tensor, taken or given back.
@Name("cadj.Allocation")
@Label("Allocation")
@Category("cadj")
@Description("Memory of a tensor, taken or given back")
@StackTrace(false)
final class AllocationEvent extends Event {
  @Label("Bytes")
  @Description("Taken; negative where they are given back")
  @DataAmount
  long bytes;

  @Label("Live")
  @Description("Bytes taken and not given back since the recording began")
  @DataAmount
  long live;

  @Label("Operation")
  @Nullable String operation;

  @Label("Module")
  @Nullable String module;

  @Label("Block")
  @Description("Number of the memory: the same when it is given back")
  long block;
}
