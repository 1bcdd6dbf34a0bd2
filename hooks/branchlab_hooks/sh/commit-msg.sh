# Trailers for a message that was empty before the editor.
if [ -f "$pending/late" ]; then
    rm -f "$pending/late"
    read_message "$1"
    [ -n "$empty$named" ] || add_trailers "$1"
fi
