set -u
. "$(dirname "$0")/check.sh"
check_begin
hairtrigger-sim generate $LAB_DIR/s --symbols 20 --messages 60000 --seed 7 --no-progress >/dev/null
hairtrigger-sim info -j "$LAB_DIR/s" | jq -c '.busiest[:3]'
hairtrigger load feed0 --market-open >/dev/null
exchange_start --verbose --rate 3000 --market-open --linger 600s $LAB_DIR/s
controller_start
lab_wait 10 status_is '.controller.status.session_state == "OPEN"'
S=$(hairtrigger-sim info -j "$LAB_DIR/s" | jq -r '.busiest[0].symbol'); T=$(hairtrigger-sim info -j "$LAB_DIR/s" | jq -r '.busiest[1].symbol')
lab_wait 20 symbol_known $T
hairtrigger risk show
hairtrigger -j book show $T --depth 1
lab_pause 1
b=$(hairtrigger -j book show $T --depth 1 | jq -r '.bids[0].price // .bid // empty'); echo b=$b
hairtrigger order send $T buy 100 @ ${b:-100} day
hairtrigger order send $T buy 100 @ 1.00 day
c=$(echo "$b" | awk '{printf "%.2f",$1-0.05}')
hairtrigger order send $T buy 100 @ $c day
hairtrigger -j order show | jq -c '.orders[-2:][]'
u=$(hairtrigger -j order show | jq -r '.orders[-1].urn')
hairtrigger order cancel $u 50
hairtrigger order replace $u 40 @ $c day
lab_pause 0.2
hairtrigger order show
hairtrigger order dump 
grep -v "^$" $LAB_DIR/exchange.err | head -30
bpftool -j map lookup pinned /sys/fs/bpf/hairtrigger/$LAB_INSTANCE/accounts key 0 0 0 0 | jq -c .formatted.value
hairtrigger -j status | jq -c '.controller.status.ways'
