package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.emulator.run.Warpwide;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import java.lang.constant.ClassDesc;
import org.jspecify.annotations.Nullable;

/// `shfl`, `vote`, `match`, `redux` and the like.
final class LowerWarpwide {
  private static final ClassDesc INTS = CD_int.arrayType();
  private static final int RESULT = Emitter.FREE;

  private final Translation translation;
  private final Emitter emitter;

  LowerWarpwide(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
  }

  /// `shfl.sync.mode.b32 d|p, a, b, c, members`
  void shuffle(Instruction it) {
    requireSync(it);
    translation.requireOperands(it, 5, 5);
    Slot a = translation.register(it, it.operands().get(1));
    Slot b = translation.source(it, it.operands().get(2), RegisterKind.INT);
    Slot c = translation.source(it, it.operands().get(3), RegisterKind.INT);
    members(it, 4);
    int mode =
        it.has("up")
            ? Warpwide.UP
            : it.has("down") ? Warpwide.DOWN : it.has("bfly") ? Warpwide.BUTTERFLY : Warpwide.INDEX;
    emitter.reads(a);
    emitter.reads(b);
    emitter.reads(c);
    emitter.warp().mask().push(mode).register(b).register(c);
    scratch("from");
    emitter.push(emitter.at());
    emitter.call(
        Warpwide.class, "sources", CD_int, Emitter.WARP, CD_int, CD_int, INTS, INTS, INTS, CD_int);
    emitter.code().istore(RESULT);
    Slot d = translation.destination(it, first(it), RegisterKind.INT);
    emitter.mask().register(d).register(a);
    scratch("from");
    scratch("old");
    emitter.call(
        Warpwide.class,
        "gather",
        CD_void,
        CD_int,
        d.kind().registerClass(),
        a.kind().registerClass(),
        INTS,
        INTS);
    emitter.writes(d);
    second(it);
  }

  private void scratch(String field) {
    emitter.warp().code().getfield(Emitter.WARP, field, INTS);
  }

  private static Operand first(Instruction it) {
    return it.operands().getFirst() instanceof Operand.Pair(Operand d, Operand p)
        ? d
        : it.operands().getFirst();
  }

  /// Stores the mask RESULT into the predicate `p` of `d|p`, if there is one.
  private void second(Instruction it) {
    if (it.operands().getFirst() instanceof Operand.Pair(Operand d, @Nullable Operand p)
        && p != null) {
      emitter.code().iload(RESULT);
      emitter.storePredicate(translation.destination(it, p, RegisterKind.PREDICATE));
    }
  }

  private void requireSync(Instruction it) {
    if (!it.has("sync")) {
      throw translation.trouble(it, "expected .sync: the form without it is gone from sm_70 on");
    }
  }

  /// Checks the member mask, which is operand `index`.
  private void members(Instruction it, int index) {
    Slot members = translation.source(it, it.operands().get(index), RegisterKind.INT);
    emitter.reads(members);
    emitter.warp().mask().register(members).push(emitter.at());
    emitter.call(Warpwide.class, "requireMembers", CD_void, Emitter.WARP, CD_int, INTS, CD_int);
  }

  /// `vote.sync.all.pred p, a, members`, `vote.sync.ballot.b32 d, a, members`
  void vote(Instruction it) {
    requireSync(it);
    translation.requireOperands(it, 3, 3);
    members(it, 2);
    Operand operand = it.operands().get(1);
    Slot a = translation.source(it, operand, RegisterKind.PREDICATE);
    emitter.reads(a);
    boolean negated = operand instanceof Operand.Register(String name, boolean not) && not;
    if (it.has("ballot")) {
      emitter.mask().predicate(a, negated).code().iand().istore(RESULT);
      spread(it, it.operands().getFirst());
      return;
    }
    emitter.mask().predicate(a, negated);
    String method = it.has("all") ? "all" : it.has("any") ? "any" : "uniform";
    emitter.call(Warpwide.class, method, CD_int, CD_int, CD_int);
    emitter.storePredicate(
        translation.destination(it, it.operands().getFirst(), RegisterKind.PREDICATE));
  }

  /// Gives RESULT to all lanes of the mask.
  private void spread(Instruction it, Operand into) {
    Slot d = translation.destination(it, into, RegisterKind.INT);
    emitter.mask().register(d).code().iload(RESULT);
    emitter.call(Warpwide.class, "spread", CD_void, CD_int, INTS, CD_int);
    emitter.writes(d);
  }

  /// `activemask.b32 d`
  void activeMask(Instruction it) {
    translation.requireOperands(it, 1, 1);
    emitter.mask().code().istore(RESULT);
    spread(it, it.operands().getFirst());
  }

  /// `match.any.sync.b32 d, a, members`, `match.all.sync.b32 d|p, a, members`
  void match(Instruction it) {
    requireSync(it);
    translation.requireOperands(it, 3, 3);
    members(it, 2);
    RegisterKind kind = it.has("b64") ? RegisterKind.LONG : RegisterKind.INT;
    Slot a = translation.source(it, it.operands().get(1), kind);
    emitter.reads(a);
    if (it.has("any")) {
      Slot d = translation.destination(it, it.operands().getFirst(), RegisterKind.INT);
      emitter.mask().register(d).register(a);
      emitter.call(Warpwide.class, "matchAny", CD_void, CD_int, INTS, kind.registerClass());
      emitter.writes(d);
      return;
    }
    emitter.mask().register(a);
    emitter.call(Warpwide.class, "matchAll", CD_int, CD_int, kind.registerClass());
    emitter.code().istore(RESULT);
    spread(it, first(it));
    if (it.operands().getFirst() instanceof Operand.Pair) {
      emitter.mask().code().iload(RESULT);
      emitter.call(Warpwide.class, "all", CD_int, CD_int, CD_int);
      emitter.code().istore(RESULT);
      second(it);
    }
  }

  /// `redux.sync.op.type d, a, members`
  void reduce(Instruction it) {
    requireSync(it);
    translation.requireOperands(it, 3, 3);
    members(it, 2);
    Slot a = translation.source(it, it.operands().get(1), RegisterKind.INT);
    emitter.reads(a);
    emitter.mask().push(reduction(it)).register(a);
    emitter.call(Warpwide.class, "reduce", CD_int, CD_int, CD_int, INTS);
    emitter.code().istore(RESULT);
    spread(it, it.operands().getFirst());
  }

  private int reduction(Instruction it) {
    boolean isSigned = it.has("s32");
    for (String modifier : it.modifiers()) {
      switch (modifier) {
        case "and" -> {
          return Warpwide.AND;
        }
        case "or" -> {
          return Warpwide.OR;
        }
        case "xor" -> {
          return Warpwide.XOR;
        }
        case "add" -> {
          return Warpwide.ADD;
        }
        case "min" -> {
          return isSigned ? Warpwide.MIN_S : Warpwide.MIN_U;
        }
        case "max" -> {
          return isSigned ? Warpwide.MAX_S : Warpwide.MAX_U;
        }
        default -> {}
      }
    }
    throw translation.unsupported(it);
  }

  /// `bar.warp.sync members`: lanes in lock-step need not wait for each other.
  void synchronize(Instruction it) {
    translation.requireOperands(it, 1, 1);
    members(it, 0);
    emitter.warp();
    emitter.call(Warpwide.class, "synchronize", CD_void, Emitter.WARP);
  }
}
