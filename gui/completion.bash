# bash completion for tcplab-gui: options, and files that it opens.

_tcplab_gui()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local IFS=$' \t\n' extglob_was
    extglob_was=$(shopt -p extglob)
    shopt -s extglob
    COMPREPLY=()
    case $prev in
    --theme) COMPREPLY=($(compgen -W "light dark projector" -- "$cur")) ;;
    --lang) COMPREPLY=($(compgen -W "en zh-Hant both" -- "$cur")) ;;
    --at | --size) ;;
    --screenshot | --state)
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$cur"))
        ;;
    *)
        if [[ $cur == -* ]]; then
            COMPREPLY=($(compgen -W "--at --theme --lang --size --fullscreen --audience --screenshot --state --help --version" -- "$cur"))
        else
            IFS=$'\n'
            compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -f -X '!*.@(json|pkt)' -- "$cur") $(compgen -d -- "$cur"))
        fi
        ;;
    esac
    $extglob_was
}
complete -F _tcplab_gui tcplab-gui
