package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.emulator.run.Warp;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Instruction.Guard;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the bytecode of one method, `static void (Warp warp, int mask)`: pushes registers, calls
/// what works on them, and keeps the mask of the lanes that the current instruction is active in.
final class Emitter {
  static final ClassDesc WARP = classOf(Warp.class);

  private static final int WARP_LOCAL = 0;
  private static final int BLOCK_MASK = 1;
  private static final int REGISTERS = 2;
  private static final int GUARDED_MASK = 7;
  private static final int RESULT = 8;

  /// First of the locals that are free for use within one instruction.
  static final int FREE = 9;

  private final CodeBuilder code;
  private final Translation translation;
  private final Set<Slot> known = new HashSet<>();
  private int mask = BLOCK_MASK;
  private int at;
  private @Nullable Label skip;

  Emitter(CodeBuilder code, Translation translation) {
    this.code = code;
    this.translation = translation;
    for (RegisterKind kind : RegisterKind.CARRIERS) {
      code.aload(WARP_LOCAL)
          .getfield(WARP, field(kind), file(kind))
          .astore(REGISTERS + RegisterKind.CARRIERS.indexOf(kind));
    }
  }

  static ClassDesc classOf(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  private static String field(RegisterKind carrier) {
    return switch (carrier) {
      case LONG -> "longs";
      case FLOAT -> "floats";
      case DOUBLE -> "doubles";
      case PREDICATE -> "predicates";
      default -> "ints";
    };
  }

  private static ClassDesc file(RegisterKind carrier) {
    return carrier.registerClass().arrayType();
  }

  CodeBuilder code() {
    return code;
  }

  /// Begins instruction `index` of the body: until [#end], the mask is that of the lanes for which
  /// its guard holds, and if there are none, all is skipped.
  void begin(int index, Instruction it) {
    at = index;
    Guard guard = it.guard();
    if (guard == null) {
      mask = BLOCK_MASK;
      skip = null;
      return;
    }
    Slot slot = translation.slots().register(guard.register());
    mask = BLOCK_MASK;
    reads(slot);
    code.iload(BLOCK_MASK);
    predicate(slot, guard.negated());
    code.iand().dup().istore(GUARDED_MASK);
    mask = GUARDED_MASK;
    if (translation.counts()) {
      warp().push(index).mask();
      code.invokevirtual(WARP, "guarded", MethodTypeDesc.of(CD_void, CD_int, CD_int));
    }
    skip = code.newLabel();
    code.ifeq(skip);
  }

  void end() {
    if (skip != null) {
      code.labelBinding(skip);
    }
  }

  int at() {
    return at;
  }

  /// Pushes the warp.
  Emitter warp() {
    code.aload(WARP_LOCAL);
    return this;
  }

  /// Pushes the mask.
  Emitter mask() {
    code.iload(mask);
    return this;
  }

  Emitter push(int constant) {
    code.loadConstant(constant);
    return this;
  }

  Emitter push(long constant) {
    code.loadConstant(constant);
    return this;
  }

  /// Pushes a register: its array, or a predicate's mask.
  Emitter register(Slot slot) {
    if (slot.kind() == RegisterKind.PREDICATE) {
      return predicate(slot, false);
    }
    code.aload(local(slot)).loadConstant(slot.index()).aaload();
    return this;
  }

  Emitter predicate(Slot slot, boolean negated) {
    code.aload(local(slot)).loadConstant(slot.index()).iaload();
    if (negated) {
      code.iconst_m1().ixor();
    }
    return this;
  }

  private static int local(Slot slot) {
    return REGISTERS + RegisterKind.CARRIERS.indexOf(slot.kind().carrier());
  }

  /// Takes a mask from the stack as the value of a predicate, in the mask's lanes.
  void storePredicate(Slot slot) {
    code.istore(RESULT);
    code.aload(local(slot)).loadConstant(slot.index());
    code.aload(local(slot)).loadConstant(slot.index()).iaload();
    code.iload(mask).iconst_m1().ixor().iand();
    code.iload(RESULT).iload(mask).iand().ior();
    code.iastore();
    writes(slot);
  }

  /// Runs `operation` lane by lane; a predicate as the result is left on the stack as a mask.
  ///
  /// @param destination null if there is none or a predicate
  void lanes(LaneOperation operation, @Nullable Slot destination, Slot... sources) {
    for (Slot source : sources) {
      reads(source);
    }
    mask();
    if (destination != null) {
      register(destination);
    }
    for (Slot source : sources) {
      register(source);
    }
    LaneLoops.of(
            operation,
            destination == null ? null : destination.kind(),
            List.of(sources).stream().map(Slot::kind).toList())
        .call(code);
    if (destination != null) {
      writes(destination);
    }
  }

  void call(Class<?> owner, String method, ClassDesc result, ClassDesc... parameters) {
    code.invokestatic(classOf(owner), method, MethodTypeDesc.of(result, parameters));
  }

  /// The instruction reads `slot`: with checks on, all lanes of the mask must have written it.
  void reads(Slot slot) {
    if (isNew(slot)) {
      push(slot);
      code.loadConstant(at);
      code.invokevirtual(
          WARP, "requireDefined", MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_int, CD_int));
    }
  }

  /// The instruction has written `slot` in the lanes of the mask.
  void writes(Slot slot) {
    if (isNew(slot)) {
      push(slot);
      code.invokevirtual(WARP, "define", MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_int));
    }
  }

  /// Whether all lanes of the block of code may not have written `slot` yet.
  private boolean isNew(Slot slot) {
    if (!translation.checksRegisters() || !translation.slots().isRegister(slot)) {
      return false;
    }
    return mask == BLOCK_MASK ? known.add(slot) : !known.contains(slot);
  }

  private void push(Slot slot) {
    warp().mask();
    code.loadConstant(RegisterKind.CARRIERS.indexOf(slot.kind().carrier()))
        .loadConstant(slot.index());
  }
}
