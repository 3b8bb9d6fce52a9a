package cadj.kernels.emulator.translate;

import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxModule;
import cadj.kernels.ptx.PtxVariable;
import cadj.kernels.ptx.PtxVariable.Space;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Addresses of a kernel's variables and parameters, each within its space.
final class Symbols {
  private static final int ALIGNMENT = 256;
  private static final int DYNAMIC_ALIGNMENT = 16;

  /// Of the first function whose address is taken; no memory lies there.
  private static final long FUNCTIONS = 1L << 60;

  private final Map<String, Place> places = new HashMap<>();
  private int shared;
  private int local;
  private int arguments;

  /// An address within a space.
  ///
  /// @param passed whether the place is for what a function is passed (`.param` within a kernel)
  record Place(long address, Space space, boolean passed) {}

  /// @param globals address of the module's `.global` variables
  Symbols(PtxModule module, PtxKernel kernel, long globals) {
    List<PtxVariable> variables = module.variables();
    variables.forEach(it -> place(it, globals));
    kernel.variables().stream()
        .filter(it -> it.space() != Space.PARAM)
        .forEach(it -> place(it, globals));
    int passed = Math.ceilDiv(local, ALIGNMENT) * ALIGNMENT;
    kernel.variables().forEach(it -> placePassed(it, passed));
    kernel.parameters().forEach(it -> place(it, globals));
    placeDynamic(variables);
    placeDynamic(kernel.variables());
    for (int i = 0; i < module.functions().size(); i++) {
      places.put(module.functions().get(i), function(module, module.functions().get(i)));
    }
  }

  /// What stands for the address of a function.
  static Place function(PtxModule module, String name) {
    return new Place(FUNCTIONS + module.functions().indexOf(name), Space.GLOBAL, false);
  }

  /// What a kernel passes to functions lies in local memory, after its own variables.
  private void placePassed(PtxVariable it, int from) {
    if (it.space() == Space.PARAM) {
      places.put(it.name(), new Place((long) from + it.offset(), Space.LOCAL, true));
      local = Math.max(local, from + it.offset() + it.bytes());
    }
  }

  private void place(PtxVariable variable, long globals) {
    int end = variable.offset() + variable.bytes();
    switch (variable.space()) {
      case SHARED -> shared = Math.max(shared, end);
      case LOCAL -> local = Math.max(local, end);
      case PARAM -> arguments = Math.max(arguments, end);
      case CONST, GLOBAL -> {}
    }
    long base = variable.space() == Space.GLOBAL ? globals : 0;
    places.put(variable.name(), new Place(base + variable.offset(), variable.space(), false));
  }

  /// What the launch gives comes after what is declared.
  private void placeDynamic(List<PtxVariable> variables) {
    for (PtxVariable variable : variables) {
      if (variable.space() == Space.SHARED && variable.count() == 0) {
        int alignment = Math.max(DYNAMIC_ALIGNMENT, variable.align());
        shared = Math.ceilDiv(shared, alignment) * alignment;
      }
    }
    for (PtxVariable variable : variables) {
      if (variable.space() == Space.SHARED && variable.count() == 0) {
        places.put(variable.name(), new Place(shared, Space.SHARED, false));
      }
    }
  }

  Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("no variable " + name);
    }
    return place;
  }

  int shared() {
    return shared;
  }

  int local() {
    return local;
  }

  int arguments() {
    return arguments;
  }
}
