package cadj.kernels.emulator.translate;

import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxVariable;
import cadj.kernels.ptx.PtxVariable.Space;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Addresses of a kernel's variables and parameters, each within its space.
final class Symbols {
  private static final int DYNAMIC_ALIGNMENT = 16;

  private final Map<String, Long> addresses = new HashMap<>();
  private int shared;
  private int local;
  private int arguments;

  /// @param variables of the module
  /// @param globals address of the module's `.global` variables
  Symbols(List<PtxVariable> variables, PtxKernel kernel, long globals) {
    variables.forEach(it -> place(it, globals));
    kernel.variables().forEach(it -> place(it, globals));
    kernel.parameters().forEach(it -> place(it, globals));
    placeDynamic(variables);
    placeDynamic(kernel.variables());
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
    addresses.put(variable.name(), base + variable.offset());
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
        addresses.put(variable.name(), (long) shared);
      }
    }
  }

  long address(String name) {
    Long address = addresses.get(name);
    if (address == null) {
      throw new IllegalArgumentException("no variable " + name);
    }
    return address;
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
