package cadj.kernels.emulator.translate;

import cadj.kernels.emulator.arithmetic.Ints;
import cadj.kernels.emulator.arithmetic.Singles;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Comparisons and the logic of predicates.
final class LowerPredicates {
  private static final Set<String> BOOLEAN = Set.of("and", "or", "xor");
  private static final LaneOperation CHOOSE_INT = new LaneOperation(Ints.class, "select", "I:IIP");
  private static final LaneOperation CHOOSE_FLOAT =
      new LaneOperation(Singles.class, "select", "F:FFP");
  private static final int COMPARED = Emitter.FREE;

  private final Translation translation;
  private final Emitter emitter;

  LowerPredicates(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
  }

  /// `setp`: p = (a ∘ b) op c, q = ¬(a ∘ b) op c.
  void compare(Instruction it) {
    @Nullable String operator = operator(it);
    translation.requireOperands(it, operator == null ? 3 : 4, operator == null ? 3 : 4);
    comparison(it, it.modifiers(), operator);
    emitter.code().istore(COMPARED);
    switch (it.operands().getFirst()) {
      case Operand.Pair(Operand p, Operand q) -> {
        store(it, p, false, operator);
        store(it, q, true, operator);
      }
      case Operand p -> store(it, p, false, operator);
    }
  }

  private void store(
      Instruction it, @Nullable Operand into, boolean negated, @Nullable String operator) {
    if (into == null) {
      return;
    }
    emitter.code().iload(COMPARED);
    if (negated) {
      emitter.code().iconst_m1().ixor();
    }
    combine(it, operator);
    emitter.storePredicate(translation.destination(it, into, RegisterKind.PREDICATE));
  }

  /// `set`: all ones or 1.0 where the comparison holds, else zero.
  void compareToNumber(Instruction it) {
    @Nullable String operator = operator(it);
    translation.requireOperands(it, operator == null ? 3 : 4, operator == null ? 3 : 4);
    List<String> modifiers = new ArrayList<>(it.modifiers());
    String type = modifiers.remove(modifiers.size() - 2);
    comparison(it, modifiers, operator);
    combine(it, operator);
    emitter.code().istore(COMPARED);
    boolean isFloat = type.equals("f32");
    RegisterKind kind = isFloat ? RegisterKind.FLOAT : RegisterKind.INT;
    Slot destination = translation.destination(it, it.operands().getFirst(), kind);
    Slot yes = translation.slots().constant(kind, isFloat ? Float.floatToRawIntBits(1) : -1);
    Slot no = translation.slots().constant(kind, 0);
    emitter.mask().register(destination).register(yes).register(no).code().iload(COMPARED);
    LaneLoops.of(
            isFloat ? CHOOSE_FLOAT : CHOOSE_INT,
            destination.kind(),
            List.of(yes.kind(), no.kind(), RegisterKind.PREDICATE))
        .call(emitter.code());
    emitter.writes(destination);
  }

  /// Leaves a ∘ b on the stack, as a mask.
  private void comparison(Instruction it, List<String> modifiers, @Nullable String operator) {
    List<String> name = new ArrayList<>(modifiers);
    name.remove(operator);
    LaneOperation operation = Semantics.of("setp", name);
    if (operation == null) {
      throw translation.unsupported(it);
    }
    emitter.lanes(
        operation,
        null,
        translation.source(it, it.operands().get(1), operation.operands().getFirst()),
        translation.source(it, it.operands().get(2), operation.operands().get(1)));
  }

  private static @Nullable String operator(Instruction it) {
    return it.modifiers().stream().filter(BOOLEAN::contains).findFirst().orElse(null);
  }

  /// Combines the mask on the stack with the fourth operand.
  private void combine(Instruction it, @Nullable String operator) {
    if (operator != null) {
      push(it, it.operands().get(3));
      apply(operator);
    }
  }

  private void push(Instruction it, Operand operand) {
    Slot slot = translation.source(it, operand, RegisterKind.PREDICATE);
    emitter.reads(slot);
    emitter.predicate(
        slot, operand instanceof Operand.Register(String n, boolean negated) && negated);
  }

  private void apply(String operator) {
    switch (operator) {
      case "and" -> emitter.code().iand();
      case "or" -> emitter.code().ior();
      default -> emitter.code().ixor();
    }
  }

  /// `and.pred` and the like.
  void logic(Instruction it) {
    boolean isNot = it.opcode().equals("not");
    translation.requireOperands(it, isNot ? 2 : 3, isNot ? 2 : 3);
    push(it, it.operands().get(1));
    if (isNot) {
      emitter.code().iconst_m1().ixor();
    } else {
      push(it, it.operands().get(2));
      apply(it.opcode());
    }
    emitter.storePredicate(
        translation.destination(it, it.operands().getFirst(), RegisterKind.PREDICATE));
  }

  void test(Instruction it) {
    translation.requireOperands(it, 2, 2);
    LaneOperation operation = Semantics.of(it, translation.seed());
    if (operation == null) {
      throw translation.unsupported(it);
    }
    emitter.lanes(
        operation,
        null,
        translation.source(it, it.operands().get(1), operation.operands().getFirst()));
    emitter.storePredicate(
        translation.destination(it, it.operands().getFirst(), RegisterKind.PREDICATE));
  }
}
