package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import cadj.kernels.emulator.run.Access;
import cadj.kernels.emulator.run.MemoryBarriers;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import java.lang.constant.ClassDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `mbarrier`.
final class LowerMemoryBarriers {
  private static final ClassDesc INTS = CD_int.arrayType();
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final int BYTES = Long.BYTES;

  private final Translation translation;
  private final Emitter emitter;
  private final LowerAddresses memory;

  LowerMemoryBarriers(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
    this.memory = new LowerAddresses(translation, emitter);
  }

  void lower(Instruction it) {
    if (it.has("shared::cluster") || it.has("cluster") || it.modifiers().isEmpty()) {
      throw translation.unsupported(it);
    }
    switch (it.modifiers().getFirst()) {
      case "init" -> init(it);
      case "inval" -> invalidate(it);
      case "arrive" -> arrive(it, false);
      case "arrive_drop" -> arrive(it, true);
      case "expect_tx" -> owe(it, false);
      case "complete_tx" -> owe(it, true);
      case "test_wait", "try_wait" -> ended(it);
      case "pending_count" -> pending(it);
      default -> throw translation.unsupported(it);
    }
  }

  /// `cp.async.mbarrier.arrive{.noinc} [a]`: arrives once the thread's copies are made, which here
  /// is at once.
  void arriveAfterCopies(Instruction it) {
    translation.requireOperands(it, 1, 1);
    if (it.has("noinc")) {
      find(it, 0, Access.Mode.UPDATE);
      arrive(null, one(), zero(), false);
    }
  }

  private void find(Instruction it, int operand, Access.Mode mode) {
    memory.find(it, translation.address(it, operand), memory.space(it), mode, BYTES);
  }

  private Slot one() {
    return translation.slots().constant(RegisterKind.INT, 1);
  }

  private Slot zero() {
    return translation.slots().constant(RegisterKind.INT, 0);
  }

  private Slot read(Instruction it, int operand, RegisterKind kind) {
    Slot slot = translation.source(it, it.operands().get(operand), kind);
    emitter.reads(slot);
    return slot;
  }

  private Emitter begin() {
    return emitter.warp().mask().push(emitter.at());
  }

  private Emitter addresses() {
    emitter.code().aload(LowerAddresses.ADDRESSES);
    return emitter;
  }

  private void init(Instruction it) {
    translation.requireOperands(it, 2, 2);
    Slot count = read(it, 1, RegisterKind.INT);
    find(it, 0, Access.Mode.WRITE);
    begin();
    addresses().register(count);
    call("init", CD_void, Emitter.WARP, CD_int, CD_int, LONGS, INTS);
  }

  private void invalidate(Instruction it) {
    translation.requireOperands(it, 1, 1);
    find(it, 0, Access.Mode.UPDATE);
    begin();
    addresses();
    call("invalidate", CD_void, Emitter.WARP, CD_int, CD_int, LONGS);
  }

  /// `arrive{.noComplete} {state,} [a]{, count}`, `arrive.expect_tx {state,} [a], bytes`
  private void arrive(Instruction it, boolean drops) {
    List<Operand> operands = it.operands();
    int first = !operands.isEmpty() && operands.getFirst() instanceof Operand.Address ? 0 : 1;
    translation.requireOperands(it, first + 1, first + 2);
    Slot given = operands.size() > first + 1 ? read(it, first + 1, RegisterKind.INT) : one();
    boolean owes = it.has("expect_tx");
    find(it, first, Access.Mode.UPDATE);
    Slot state =
        first == 0 ? null : translation.destination(it, operands.getFirst(), RegisterKind.LONG);
    arrive(state, owes ? one() : given, owes ? given : zero(), drops);
  }

  private void arrive(@Nullable Slot state, Slot count, Slot bytes, boolean drops) {
    begin();
    if (state == null) {
      emitter.code().aconst_null();
    } else {
      emitter.register(state);
    }
    addresses().register(count).register(bytes).push(drops ? 1 : 0);
    call("arrive", CD_void, Emitter.WARP, CD_int, CD_int, LONGS, LONGS, INTS, INTS, CD_boolean);
    if (state != null) {
      emitter.writes(state);
    }
  }

  private void owe(Instruction it, boolean made) {
    translation.requireOperands(it, 2, 2);
    Operand bytes = it.operands().get(1);
    Slot owed =
        made && bytes instanceof Operand.Whole(long value)
            ? translation.source(it, new Operand.Whole(-value), RegisterKind.INT)
            : read(it, 1, RegisterKind.INT);
    if (made && !(bytes instanceof Operand.Whole)) {
      throw translation.unsupported(it);
    }
    find(it, 0, Access.Mode.UPDATE);
    arrive(null, zero(), owed, false);
  }

  /// `test_wait p, [a], state`, `test_wait.parity p, [a], parity`; `try_wait` may have a time
  /// limit.
  private void ended(Instruction it) {
    translation.requireOperands(it, 3, 4);
    boolean byParity = it.has("parity");
    Slot state = read(it, 2, byParity ? RegisterKind.INT : RegisterKind.LONG);
    find(it, 1, Access.Mode.UPDATE);
    begin();
    addresses().register(state);
    call("ended", CD_int, Emitter.WARP, CD_int, CD_int, LONGS, state.kind().registerClass());
    emitter.storePredicate(
        translation.destination(it, it.operands().getFirst(), RegisterKind.PREDICATE));
  }

  private void pending(Instruction it) {
    translation.requireOperands(it, 2, 2);
    Slot state = read(it, 1, RegisterKind.LONG);
    Slot d = translation.destination(it, it.operands().getFirst(), RegisterKind.INT);
    emitter.mask().register(d).register(state);
    call("pending", CD_void, CD_int, INTS, LONGS);
    emitter.writes(d);
  }

  private void call(String method, ClassDesc result, ClassDesc... parameters) {
    emitter.call(MemoryBarriers.class, method, result, parameters);
  }
}
